#!/usr/bin/env node
// CommonJS: an ES module would be loaded by the threads that the command is to set up first.
require('@lb/cli/bin');
