/* Requests: receiving them, and turning their offsets into what execve wants. */
#include "guard.h"

#include <fcntl.h>
#include <sys/mman.h>

long parcel_receive(struct parcel *parcel, struct minder *minder) {
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof parcel->fds)];
    struct iovec part = {minder->inbox, sizeof minder->inbox};
    struct msghdr message = {0};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    long size = raw3(SYS_recvmsg, minder->socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    parcel->fd_count = 0;
    parcel->mapped = NULL;
    parcel->size = size;
    if (size <= 0) return size;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        parcel->fd_count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        for (int i = 0; i < parcel->fd_count; i++) parcel->fds[i] = ((int *)(void *)CMSG_DATA(header))[i];
    }
    if (size >= (long)sizeof parcel->request) parcel->request = *(struct qc_request *)(void *)minder->inbox;
    return size;
}

void parcel_close_pipes(const struct parcel *parcel) {
    for (int i = 0; i < parcel->fd_count && i < PARCEL_PIPES; i++) raw_close(parcel->fds[i]);
}

void parcel_close(struct parcel *parcel, struct minder *minder) {
    for (int i = PARCEL_PIPES; i < parcel->fd_count; i++) raw_close(parcel->fds[i]);
    if (parcel->mapped != NULL) raw2(SYS_munmap, parcel->mapped, parcel->request.block_bytes);
    /* A large environment should not stay with a minder for good. */
    if (parcel->request.block_bytes > 8192)
        raw3(SYS_madvise, ((uintptr_t)minder->inbox + 4095) & ~4095UL, (sizeof minder->inbox) - 4096, MADV_DONTNEED);
}

int parcel_open(struct parcel *parcel, struct minder *minder, struct launch *launch, int *error) {
    struct qc_request *request = &parcel->request;
    int wanted = 2 + !!(request->flags & QC_HAS_STDIN) + !!(request->flags & QC_HAS_BLOCK);
    *error = EMFILE;
    if (parcel->fd_count < wanted) return QC_STEP_DESCRIPTORS;
    uint64_t *slots = (uint64_t *)(void *)(minder->inbox + sizeof *request);
    if (request->flags & QC_HAS_BLOCK) {
        long mapped = raw6(
            SYS_mmap, 0, (long)request->block_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, parcel->fds[wanted - 1], 0);
        *error = (int)-mapped;
        if (mapped < 0 && mapped > -4096) return QC_STEP_REQUEST;
        parcel->mapped = slots = (uint64_t *)mapped;
    }
    *error = EPROTO;
    if (!parcel->mapped && request->block_bytes + sizeof *request > (uint64_t)parcel->size) return QC_STEP_REQUEST;
    if (request->slots < 4 || request->slots * sizeof(uint64_t) > request->block_bytes) return QC_STEP_REQUEST;
    char **vectors[3];
    uint32_t at = 1;
    for (int i = 0; i < 3; i++) {
        vectors[i] = (char **)(void *)(slots + at);
        while (at < request->slots && slots[at] != 0) slots[at++] += (uintptr_t)slots;
        if (at++ >= request->slots) return QC_STEP_REQUEST;
    }
    launch->directory = slots[0] ? (const char *)slots + slots[0] : NULL;
    launch->paths = vectors[0];
    launch->arguments = vectors[1];
    launch->environment = vectors[2];
    launch->limits = &request->limits;
    launch->identity = &request->identity;
    launch->stdout_fd = parcel->fds[0];
    launch->stderr_fd = parcel->fds[1];
    launch->stdin_fd = request->flags & QC_HAS_STDIN ? parcel->fds[2] : -1;
    return 0;
}
