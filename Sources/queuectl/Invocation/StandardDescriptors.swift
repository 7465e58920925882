import Glibc

/// Descriptors 0, 1 and 2, of which whoever calls may have closed some.
enum StandardDescriptors {
    /// Opens those that are closed on /dev/null.
    ///
    /// Otherwise the next file or socket would get such a number, and what is printed would go into it. All are opened for
    /// reading: so writing to 1 or 2 still fails, with "Bad file descriptor", and nobody takes it for printed.
    static func open() {
        for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 {
            // It gets the lowest number that is free: this one, since those below are open by now.
            _ = Glibc.open("/dev/null", O_RDONLY)
        }
    }
}
