package public

// How many forms may be under way of those who come by this machine itself, as
// the tests do.
const (
	FieldPlaces = fieldPlaces * nearShare / 4
	FilePlaces  = filePlaces * nearShare / 4

	// ClientFiles is how many forms with files one client may have under way.
	ClientFiles = filePlaces * clientShare / 4
)
