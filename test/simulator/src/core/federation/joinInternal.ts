import * as z from "zod";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import { restInfo, text } from "../requestBody";
import { acceptMember } from "./acceptMember";
import { masterBody } from "./clusterBody";
import { inMessage, recordEvent } from "./events";
import { compareVersions } from "./versions";

const joinInternalBody = z.object({
  user: text,
  remote: text,
  fed_kv_version: text,
  rest_version: text,
  join_ticket: text,
  joint_cluster: z.object({ name: text, id: text, secret: text, rest_info: restInfo }),
});

/** POST /v1/fed/join_internal: a cluster asks this master to let it join (rest-api.md#accepting-a-member). */
export const joinInternal = endpoint(
  { exclusive: true, as: "master", body: joinInternalBody },
  async (context, { federation, input }) => {
    const { name, id, secret, rest_info: rest } = input.joint_cluster;
    const { clusterName, localRest, pollMinutes } = context.state;
    if (name === clusterName) throw new Refusal(409, 41);
    const mismatch = compareVersions(context.options.fedKvVersion, input.fed_kv_version);
    if (mismatch !== 0) throw new Refusal(426, mismatch);
    const { rest_version: restVersion, join_ticket: ticket } = input;
    await acceptMember(context, federation, { name, id, secret, rest, restVersion, ticket });
    const message = `Cluster ${inMessage({ name, rest })} joins federation`;
    recordEvent(context, "Federation.Join", { user: input.user, userAddr: input.remote, message });
    return {
      poll_interval: pollMinutes,
      ca_cert: "",
      client_key: "",
      client_cert: "",
      master_cluster: masterBody({ id: federation.id, name: clusterName, rest: localRest }),
      csp_type: "none",
    };
  },
);

/** POST /v1/fed/joint_test_internal: whether this controller could become a joint cluster; the body does not matter. */
export const jointTestInternal = endpoint({}, ({ state }) => {
  if (state.federation.role !== "") throw new Refusal(400, 6);
  return { result: 0 };
});
