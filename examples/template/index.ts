// Deploys what Pulumi.<stack>.yaml declares. Add resources of your own below.
export { exporters, members } from "@fedjoin/stacks";
