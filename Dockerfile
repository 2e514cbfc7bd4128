# docker build --tag descrape .
# docker run --rm --user "$(id -u)" --volume "$PWD:/corpus" descrape check

FROM rust:1-slim-trixie AS build
WORKDIR /src
COPY . .
ENV CARGO_PROFILE_RELEASE_STRIP=symbols
RUN cargo build --release --locked

# glibc, whose memory allocator many threads can use at once. Git is there for
# `--changed-since`, in folders that belong to another user.
FROM debian:trixie-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system safe.directory '*'
COPY --from=build /src/target/release/descrape /usr/local/bin/
COPY LICENSE-MIT LICENSE-APACHE /usr/local/share/doc/descrape/
USER 65534:65534
WORKDIR /corpus
ENTRYPOINT ["descrape"]
CMD ["--help"]
