# The service alone, for production beside an Asterisk that is yours. It runs as an ordinary user
# on a read-only file system: only /data (database, sessions) is written.
#
#   docker build -t linetree .
#   docker run --read-only --network host -v ./config:/config:ro -v linetree:/data \
#     -e IVR_AMI_SECRET linetree
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN python -m venv /opt/linetree \
 && /opt/linetree/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY ivr ivr
RUN /opt/linetree/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
COPY --from=build /opt/linetree /opt/linetree
COPY dialplan /usr/share/linetree/dialplan
RUN useradd --system --uid 4573 --home-dir /data --create-home linetree
USER linetree
WORKDIR /data
ENV PATH=/opt/linetree/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME ["/data"]
EXPOSE 8080 4573
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["ivr"]
CMD ["serve", "/config"]
