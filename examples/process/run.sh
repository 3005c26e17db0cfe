#!/bin/sh
# The exporter as a bare process. Edit the values; secrets are files that only its user can read.
set -eu
umask 077

export CTRL_API_SERVICE=192.168.8.209:10443
export CTRL_USERNAME=exporter
export CTRL_PASSWORD_FILE=/etc/fedjoin-exporter/ctrl_password
# openssl s_client -connect 192.168.8.209:10443 </dev/null | openssl x509 -noout -fingerprint -sha256
export CTRL_TLS_FINGERPRINT=12:34:56:78:9A:BC:DE:F0:12:34:56:78:9A:BC:DE:F0:12:34:56:78:9A:BC:DE:F0:12:34:56:78:9A:BC:DE:F0
export EXPORTER_STATE_DIR=/var/lib/fedjoin-exporter

# false joins nothing, and then nothing below is read.
export ENABLE_FED_JOIN=true
export JOIN_VIA=controller
export PAAS_STORE_ID=u2204a
export JOIN_TOKEN_FILE=/etc/fedjoin-exporter/join_token
export JOIN_USERNAME=joiner
export JOIN_PASSWORD_FILE=/etc/fedjoin-exporter/join_password
export JOINT_REST_SERVER=192.168.8.209
export JOINT_REST_PORT=10443
export MASTER_CLUSTER_ADDRESS=neuvector-master.example.com

mkdir -p "$EXPORTER_STATE_DIR"
exec node "${1:-fedjoin-exporter.js}"
