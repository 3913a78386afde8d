#!/usr/bin/env node
import '@lb/cli/bin';
