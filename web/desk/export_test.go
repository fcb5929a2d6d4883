package desk

// KindOf is what a file is likely to be.
var KindOf = kindOf

// Refusal is an answer that the site knows to give.
type Refusal struct {
	Err    error
	Status int
	ID     string
}

// Refusals lists them.
func Refusals() (list []Refusal) {
	for _, r := range refusals {
		list = append(list, Refusal{r.err, r.status, r.id})
	}
	return list
}

const (
	RestBetween = restBetween
	RestOfCalls = restOfCalls
)

// Kinds lists what files are likely to be.
func Kinds() (list []string) {
	for kind := range kinds {
		list = append(list, kind)
	}
	return list
}

// HeldBytes is how many bytes of files all sessions of a site hold.
func HeldBytes(s *Site) int64 {
	s.stock.mu.Lock()
	defer s.stock.mu.Unlock()
	return s.stock.held
}

// HoldAtMost changes how many they may.
func HoldAtMost(s *Site, n int64) { s.stock.most = n }

const (
	ClosingTime = closingTime
	MaxUploads  = maxUploads
)

// ConfirmLeft confirms a file that another one has just replaced.
func ConfirmLeft(s *Site) (id string) {
	err := s.run(s.ctx, &importing{stage: checked, left: true, stock: &s.stock}, taking)
	r, _ := refusalOf(err)
	return r.id
}
