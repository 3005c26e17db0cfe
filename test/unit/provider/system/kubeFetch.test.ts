import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseKubeconfig, resolveContext } from "../../../../provider/src/kubernetes/kubeconfig";
import { createKubeFetch } from "../../../../provider/src/system/kubeFetch";

test.each(["certificate-authority", "client-certificate"])(
  "a kubeconfig whose %s is a folder, or missing, is told with its path and the reason",
  async (key) => {
    const folder = await mkdtemp(join(tmpdir(), "fedjoin-kube-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const answerFor = (path: string) => {
      const of = (owner: string) => (key.startsWith(owner) ? { [key]: path } : {});
      const reached = resolveContext(
        parseKubeconfig(
          JSON.stringify({
            contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
            clusters: [{ name: "k", cluster: { server: "https://127.0.0.1:1", ...of("certificate") } }],
            users: [{ name: "u", user: of("client") }],
          }),
          folder,
        ) ?? expect.fail("no kubeconfig"),
        "c",
      );
      return createKubeFetch(reached ?? expect.fail("no context"))({ path: "/version" });
    };
    expect(await answerFor(".")).toEqual({
      unreachable: `its kubeconfig names ${folder}, which cannot be read: it is a folder, expected a file`,
    });
    expect(await answerFor("gone.pem")).toEqual({
      unreachable: `its kubeconfig names ${join(folder, "gone.pem")}, which cannot be read: ENOENT`,
    });
  },
);
