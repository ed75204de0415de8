# Debian 12 with all that the two commands of README.md need, and the repository, built:
#   docker build -t atome . && docker run --rm atome ci/verify
FROM debian:12
WORKDIR /atome
# What is installed changes seldom: in a layer of its own.
COPY ci/setup ci/setup
RUN apt-get update -qq && ci/setup --test && rm -rf /var/lib/apt/lists/*
COPY . .
RUN git config --system --add safe.directory /atome && ci/build
CMD ["ci/verify"]
