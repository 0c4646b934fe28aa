// Package main serves.
package main

import "fmt"
import (
	"net/http"
	j "encoding/json"
	. "math"
	_ "embed"
	"github.com/a/go-sqlite3"
	"github.com/a/mcp-go/v2"
	"gopkg.in/yaml.v3"
)
