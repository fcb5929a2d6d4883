// Command dengwen takes in what the public reports to an inspection team, and
// lets auditors prove what was taken.
//
// Each command is one file that wires packages together: it reads flags and
// the configuration, calls the box or a reader, and says what came of it. The
// rules live in the packages. What all commands share:
//
//	run.go      from arguments to an exit code: 0 done, 1 failed, 2 wrong usage
//	console.go  streams, environment, clock and terminal of the process
//	command.go  how a command and its flags are declared
//	help.go     the help texts' layout
//	config.go   the configuration's types, which document it
//	load.go     reading the configuration, strictly
//	check.go    what a configuration must say before a box is touched; checksites.go
//	sitename.go names and addresses of the public site; onion.go
//	box.go      how commands reach a box, served or not
//	errors.go   the one place where errors become sentences; detail.go
//	harden.go   no core, no foreign eyes, and the collector of processes that stay
//	table.go    aligned columns, Chinese ones too
//	openfile.go files that are read: no pipe, which would be waited for
//	note.go     checkpoints, as they come back from mail and paper
//	outfile.go  files that are written: 0600, whole or not at all; for people, new
//
// Longer commands have their work beside them: importing.go and rowssheet.go;
// verifybox.go and verifyproof.go; of serve, listen.go, acme.go and acmedir.go
// (certificates), keepdays.go, metrics.go and figures.go; of the demo,
// demofiles.go, demomail.go, demoserve.go, and child.go for the two processes
// that it starts. together.go runs services side by side.
//
// While serve runs it holds the box, and the other commands reach it through
// control.sock by the same calls. Nothing prompts unless standard input is a
// terminal. With --json, standard output holds only the JSON. Nothing of a
// report is ever logged.
package main
