/** Which endpoint gets the join: the master, or the joining cluster's own controller (rest-api.md#who-calls-whom). */
export type JoinVia = "master" | "controller";
