#pragma once

// TLS by the system's OpenSSL 3. What it has as macros, Swift does not see: the functions below stand for them.
#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// A socket, as a session reads and writes it.
typedef struct {
    int descriptor;
    // The number of the error that ended it, or 0. OpenSSL may overwrite errno.
    int error;
    int is_at_end;
} queuectl_wire;

// OpenSSL's own BIO for sockets writes without MSG_NOSIGNAL: a peer that has gone would be a SIGPIPE for the process.
static inline int queuectl_wire_write(BIO *bio, const char *data, int count) {
    queuectl_wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    int done = (int)send(wire->descriptor, data, (size_t)count, MSG_NOSIGNAL);
    if (done >= 0) return done;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) BIO_set_retry_write(bio);
    else wire->error = errno;
    return done;
}

static inline int queuectl_wire_read(BIO *bio, char *data, int count) {
    queuectl_wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    int done = (int)recv(wire->descriptor, data, (size_t)count, 0);
    if (done == 0) wire->is_at_end = 1;
    if (done >= 0) return done;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) BIO_set_retry_read(bio);
    else wire->error = errno;
    return done;
}

static inline long queuectl_wire_control(BIO *bio, int command, long number, void *pointer) {
    (void)number;
    (void)pointer;
    queuectl_wire *wire = BIO_get_data(bio);
    if (command == BIO_CTRL_EOF) return wire->is_at_end;
    return command == BIO_CTRL_FLUSH;
}

// How sockets are read and written. One is enough for a process; NULL when there is no memory.
static inline BIO_METHOD *queuectl_wire_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
    if (!method) return NULL;
    BIO_meth_set_write(method, queuectl_wire_write);
    BIO_meth_set_read(method, queuectl_wire_read);
    BIO_meth_set_ctrl(method, queuectl_wire_control);
    return method;
}

// Lets a session use a wire, which has to outlive it. Returns 0 when there is no memory.
static inline int queuectl_attach(SSL *ssl, const BIO_METHOD *method, queuectl_wire *wire) {
    BIO *bio = BIO_new(method);
    if (!bio) return 0;
    BIO_set_data(bio, wire);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    return 1;
}

// What the session itself has to say of its certificates: the first mistake that was found in those of the server, and
// whether the server has asked for one.
typedef struct {
    int error;
    int depth;
    X509 *certificate;
    int is_asked_for_ours;
} queuectl_verdict;

static inline int queuectl_verified(int is_fine, X509_STORE_CTX *context) {
    SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    queuectl_verdict *verdict = SSL_get_app_data(ssl);
    if (!is_fine && verdict->error == X509_V_OK) {
        verdict->error = X509_STORE_CTX_get_error(context);
        verdict->depth = X509_STORE_CTX_get_error_depth(context);
        verdict->certificate = X509_STORE_CTX_get_current_cert(context);
        if (verdict->certificate) X509_up_ref(verdict->certificate);
    }
    return is_fine;
}

// Called when the server asks for a certificate and there is none to give.
static inline int queuectl_asked(SSL *ssl, X509 **certificate, EVP_PKEY **key) {
    (void)certificate;
    (void)key;
    queuectl_verdict *verdict = SSL_get_app_data(ssl);
    verdict->is_asked_for_ours = 1;
    return 0;
}

// Lets a session note its verdict, which has to outlive it.
static inline void queuectl_judge(SSL *ssl, queuectl_verdict *verdict, int verifies) {
    SSL_set_app_data(ssl, verdict);
    SSL_set_verify(ssl, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, verifies ? queuectl_verified : NULL);
}

static inline void queuectl_prepare(SSL_CTX *context) {
    // The system's own configuration may ask for more.
    if (SSL_CTX_get_min_proto_version(context) < TLS1_2_VERSION)
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // A record that the kernel took in part is written on with the same bytes, which may have moved by then.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // One system call for many small records.
    SSL_CTX_set_read_ahead(context, 1);
    // A server that ends without a farewell has ended: every reply says itself where its end is.
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_client_cert_cb(context, queuectl_asked);
}

// Why, by the number of an error.
static inline int queuectl_error_reason(unsigned long error) { return ERR_GET_REASON(error); }

static inline long queuectl_set_server_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }

// Writes a name in one line.
static inline void queuectl_print_name(BIO *bio, const X509_NAME *name) { X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE); }

// Takes the certificate over. Returns 0 when there is no memory.
static inline long queuectl_add_to_chain(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add0_chain_cert(context, certificate);
}

// The names that a certificate is for; to be given back with GENERAL_NAMES_free.
static inline GENERAL_NAMES *queuectl_names(const X509 *certificate) {
    return X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int queuectl_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

// One of the names: text if its type is GEN_DNS, 4 or 16 bytes if it is GEN_IPADD. NULL if it is neither.
static inline const ASN1_STRING *queuectl_name(const GENERAL_NAMES *names, int at, int *type) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, at);
    *type = name->type;
    if (name->type == GEN_DNS) return name->d.dNSName;
    return name->type == GEN_IPADD ? name->d.iPAddress : NULL;
}
