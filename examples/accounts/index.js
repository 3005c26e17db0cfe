// @ts-check
const { NeuVectorUser } = require("@fedjoin/provider");
const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();

const controller = {
  server: config.require("server"),
  port: config.requireNumber("port"),
  // Read when it is needed, on the machine that runs pulumi; never in the state.
  credentials: { username: "admin", passwordFrom: { env: "NEUVECTOR_ADMIN_PASSWORD" } },
  tls: { fingerprint: config.require("fingerprint") },
};

const reader = new NeuVectorUser("reader", {
  controller,
  username: config.get("readerName") ?? "metrics-reader",
  password: config.requireSecret("readerPassword"),
  role: "reader",
});

const joiner = new NeuVectorUser("joiner", {
  controller,
  username: "fedjoin",
  password: config.requireSecret("joinerPassword"),
  role: "admin",
});

exports.accounts = [reader, joiner].map(({ username, role, status }) => ({ username, role, status }));
