// Verifies with Go's own transparency log: golang.org/x/mod/sumdb, as its checksum database uses it.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type asked struct {
	Note, Key          string
	Old, Size, Place   int64
	OldRoot, Root, Leaf tlog.Hash
	Inclusion          tlog.RecordProof
	Consistency        tlog.TreeProof
}

func require(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func main() {
	var a asked
	require(json.NewDecoder(os.Stdin).Decode(&a))
	verifier, err := note.NewVerifier(a.Key)
	require(err)
	opened, err := note.Open([]byte(a.Note), note.VerifierList(verifier))
	require(err)
	require(tlog.CheckRecord(a.Inclusion, a.Size, a.Root, a.Place, a.Leaf))
	require(tlog.CheckTree(a.Consistency, a.Size, a.Root, a.Old, a.OldRoot))
	fmt.Print(opened.Text)
}
