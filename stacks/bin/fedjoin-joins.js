#!/usr/bin/env node
require("../dist/joins/main.js");
