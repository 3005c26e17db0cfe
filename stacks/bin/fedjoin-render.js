#!/usr/bin/env node
require("../dist/render/main.js");
