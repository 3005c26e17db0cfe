import * as z from "zod";
import type { Handler } from "../context";
import { Refusal } from "../errors";
import { parseBody, restInfo, text } from "../requestBody";
import { acceptMember } from "./acceptMember";
import { masterBody } from "./clusterBody";
import { inMessage, recordEvent } from "./events";
import { requireMaster } from "./roles";
import { compareVersions } from "./versions";

const joinInternalBody = z.object({
  user: text,
  remote: text,
  fed_kv_version: text,
  rest_version: text,
  join_ticket: text,
  joint_cluster: z.object({ name: text, id: text, secret: text, k8s_uid: text, rest_info: restInfo }),
});

/** POST /v1/fed/join_internal: a cluster asks this master to let it join (rest-api.md#accepting-a-member). */
export const joinInternal: Handler = (context, call) =>
  context.lock.runExclusive(async () => {
    const mastership = requireMaster(context);
    const body = parseBody(joinInternalBody, call.body);
    const { joint_cluster: joint } = body;
    if (joint.name === context.state.clusterName) throw new Refusal(409, 41);
    const mismatch = compareVersions(context.options.fedKvVersion, body.fed_kv_version);
    if (mismatch !== 0) throw new Refusal(426, mismatch);
    await acceptMember(context, mastership, {
      name: joint.name,
      id: joint.id,
      secret: joint.secret,
      rest: joint.rest_info,
      k8sUid: joint.k8s_uid,
      restVersion: body.rest_version,
      ticket: body.join_ticket,
    });
    const by = { user: body.user, userAddr: body.remote };
    recordEvent(context, "Federation.Join", {
      ...by,
      message: `Cluster ${inMessage({ name: joint.name, rest: joint.rest_info })} joins federation`,
    });
    const { clusterName, localRest, pollMinutes } = context.state;
    return {
      poll_interval: pollMinutes,
      ca_cert: "",
      client_key: "",
      client_cert: "",
      master_cluster: masterBody({ id: mastership.id, name: clusterName, rest: localRest }),
      csp_type: "none",
    };
  });

/** POST /v1/fed/joint_test_internal: whether this controller could become a joint cluster; the body does not matter. */
export const jointTestInternal: Handler = (context) => {
  if (context.state.federation.role !== "") throw new Refusal(400, 6);
  return { result: 0 };
};
