package store

// A Step names one place where the box makes something durable. Tests fail
// each of them before and after it took effect; see storetest.
type Step string

// The steps, in the order in which a box's life meets them.
const (
	StepKey          Step = "write log.key"
	StepRenameBox    Step = "move a new box into place"
	StepBlobWrite    Step = "write a sealed file"
	StepBlobSync     Step = "sync a sealed file"
	StepBlobLink     Step = "link a sealed file into blobs"
	StepBlobUnlink   Step = "unlink a sealed file"
	StepStage        Step = "stage bodies of a file"
	StepPlace        Step = "place headers of a file"
	StepFinish       Step = "finish a file"
	StepCommit       Step = "commit a group"
	StepSweep        Step = "sweep what a crash left"
	StepCheckpoint   Step = "write a checkpoint"
	StepSwapDatabase Step = "swap in the compacted database"
)

// Steps lists every step.
func Steps() []Step {
	return []Step{StepKey, StepRenameBox, StepBlobWrite, StepBlobSync, StepBlobLink, StepBlobUnlink, StepStage, StepPlace, StepFinish,
		StepCommit, StepSweep, StepCheckpoint, StepSwapDatabase}
}

// An Around runs a step, or fails it before or after running it. It is how
// tests reach every write of the box without a second implementation of it.
type Around func(s Step, do func() error) error

func (a Around) do(s Step, do func() error) error {
	if a == nil {
		return do()
	}
	return a(s, do)
}
