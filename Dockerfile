FROM python:3.13-slim
COPY . /kullback
RUN apt-get update && apt-get install -y --no-install-recommends g++ && pip install --no-cache-dir /kullback && apt-get purge -y g++ && apt-get autoremove -y && rm -rf /var/lib/apt/lists/* /kullback
WORKDIR /data
ENTRYPOINT ["kullback"]
