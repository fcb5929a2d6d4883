package public

// How many forms may be under way.
const (
	FieldPlaces = fieldPlaces
	FilePlaces  = filePlaces
)
