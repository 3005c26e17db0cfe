/** A certificate for settings that take one; nothing is signed with it. */
export const caCertificate = [
  "-----BEGIN CERTIFICATE-----",
  "MIIBcTCCARegAwIBAgIUEze1vFK4107XE9455q5YJF9bdq8wCgYIKoZIzj0EAwIw",
  "DTELMAkGA1UEAwwCY2EwIBcNMjYxMTMwMTIyMTI1WhgPMjEyNjExMDYxMjIxMjVa",
  "MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUrtqd1aH",
  "8uZf/tvJaUsDM7kbaIUIes7bx0Ht807Q0fa6Y37SmZURxg273MjTUlZ4YQNuvfUq",
  "WSfUNKn8F/OqZaNTMFEwHQYDVR0OBBYEFF8HaH+d3y71d1RIAJsvFKa29/SyMB8G",
  "A1UdIwQYMBaAFF8HaH+d3y71d1RIAJsvFKa29/SyMA8GA1UdEwEB/wQFMAMBAf8w",
  "CgYIKoZIzj0EAwIDSAAwRQIgN1e9fPVYsKnOsTmujq0w0k89nDqzDmxaLTO6ibbi",
  "GbUCIQC8wn7VGaVX4PQFvgQnf4x0GwFc13+Yrz+MttcitMnjyA==",
  "-----END CERTIFICATE-----",
  "",
].join("\n");
