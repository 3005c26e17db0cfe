/** Which endpoint gets the join: the master, or the joining cluster's own controller (contract 3.1). */
export type JoinVia = "master" | "controller";
