#!/usr/bin/env node
require("../dist/policy/main.js");
