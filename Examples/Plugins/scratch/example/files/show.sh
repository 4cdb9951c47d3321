#!/bin/sh
# Prints the parameters of the workspace.
exec cat "$(dirname "$0")/.parameters.json"
