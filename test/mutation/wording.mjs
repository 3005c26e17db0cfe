// @ts-check
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** Texts for people are not decisions: a text with a blank in it, and one that is composed. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "wording", {
    shouldIgnore({ node }) {
      const isText = node.type === "StringLiteral" && node.value.includes(" ");
      return isText || node.type === "TemplateLiteral" ? "wording" : undefined;
    },
  }),
];
