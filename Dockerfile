# queuectl in an image of its own: built with the Swift toolchain, run without it.

ARG SWIFT_VERSION=6.3
FROM swift:${SWIFT_VERSION}-bookworm AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libhiredis-dev libssl-dev libyaml-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies first: they change less often than sources, and stay in a layer of their own.
COPY Package.* ./
RUN swift package resolve
COPY lua lua
COPY Sources Sources
# The manifest names the targets of tests and benchmarks, so their folders have to be there. Nothing in them is built.
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN swift build -c release --product queuectl --static-swift-stdlib -Xlinker -s \
    && install -D .build/release/queuectl /queuectl

FROM debian:bookworm-slim
# Versions are those of the Debian release: pinning them would keep security updates out.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libhiredis0.14 libssl3 libyaml-0-2 libstdc++6 tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 queuectl \
    && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin queuectl \
    && install -d -o queuectl -g queuectl /jobs
COPY --from=build /queuectl /usr/local/bin/queuectl
USER 10001:10001
# Jobs run here unless they name another folder.
WORKDIR /jobs
# tini reaps what jobs leave behind and passes signals on.
ENTRYPOINT ["tini", "--", "queuectl"]
CMD ["--help"]
