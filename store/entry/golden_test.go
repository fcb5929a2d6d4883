package entry_test

import (
	"slices"
	"testing"

	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

// The literals at the end of this file are format v1. They are never edited:
// a program that writes or reads them differently reads no old box.

func TestGoldenLogIsWhatIsWritten(t *testing.T) {
	l := wholeLog(t)
	if len(l.headers) != len(goldenLog) {
		t.Fatalf("the log has %d entries, the golden one %d", len(l.headers), len(goldenLog))
	}
	for i, g := range goldenLog {
		if diff := cmp.Diff(g.header, string(l.headers[i].Encode())); diff != "" {
			t.Errorf("entry %d: header (-golden +written):\n%s", i, diff)
		}
		if diff := cmp.Diff(g.body, string(l.bodies[i])); diff != "" {
			t.Errorf("entry %d: body (-golden +written):\n%s", i, diff)
		}
	}
}

func TestGoldenLogIsRead(t *testing.T) {
	want := wholeLog(t)
	c := entry.NewChecker()
	kinds := map[entry.Kind]bool{}
	for i, g := range goldenLog {
		h, err := entry.DecodeHeader([]byte(g.header))
		if err != nil {
			t.Fatalf("entry %d: %v", i, err)
		}
		if diff := cmp.Diff(want.headers[i], h); diff != "" {
			t.Errorf("entry %d: header (-want +read):\n%s", i, diff)
		}
		kinds[h.Kind] = true
		var body []byte
		if h.Kind.Clear() {
			body = []byte(g.body)
		}
		c.Entry(int64(i), h, body)
	}
	c.Done()
	if p := c.Problems(); len(p) > 0 {
		t.Errorf("problems: %v", p)
	}
	for _, k := range entry.Kinds() {
		if !kinds[k] {
			t.Errorf("the golden log has no %s entry", k)
		}
	}
}

func TestGoldenBodiesAreRead(t *testing.T) {
	zone := shanghai(t, "2026-09-06 16:00:00")
	want := map[int]entry.Body{
		0:          created(zone),
		atKeys:     keys(zone, 1),
		atSchedule: entry.ScheduleBody{At: zone, Schedule: schedule(t, "2026-09-18")},
		atLing:     account(zone, "ling", "custodian", "leader"),
		atExported: entry.Exported{At: shanghai(t, "2026-09-08 09:00:00"), Size: atExported, Root: entry.HashOf([]byte("root"))},
		atErased:   entry.Erased{At: shanghai(t, "2026-09-08 09:00:00"), Entry: id(atReplied), Parts: []entry.Hash{part(entry.RoleReply, "12").SHA256}},
		atDay2:     entry.ClosedDay{At: shanghai(t, "2026-09-08 18:00:00"), Day: "2026-09-08", Accepted: []entry.Count{{Day: "2026-09-07", Channel: "hotline", N: 1}}, Refused: []entry.Count{}},
		atRestored: entry.Restored{At: shanghai(t, "2026-09-10 10:00:00"), Origin: newOrigin, Key: newKey, Was: origin, Size: atRestored, Root: entry.HashOf([]byte("old root"))},
		atClosed:   entry.ClosedBody{At: shanghai(t, "2026-09-10 10:00:00")},
		atWeiRemoved: func() entry.Body {
			a := account(shanghai(t, "2026-09-08 09:00:00"), "wei", "member")
			a.Removed = true
			return a
		}(),
	}
	for i, w := range want {
		got, err := entry.DecodeBody(w.Kind(), []byte(goldenLog[i].body))
		if err != nil {
			t.Errorf("entry %d: %v", i, err)
			continue
		}
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("entry %d (-want +read):\n%s", i, diff)
		}
	}
}

func TestGoldenInner(t *testing.T) {
	want := []entry.Inner{reportInner(reportHeader(), t), identityInner(reportHeader()), noteInner(t), replyInner(t), callInner(t)}
	if len(want) != len(goldenInner) {
		t.Fatalf("%d parts, %d golden", len(want), len(goldenInner))
	}
	var roles []entry.Role
	for i, w := range want {
		raw, err := w.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(goldenInner[i], string(raw)); diff != "" {
			t.Errorf("%s (-golden +written):\n%s", w.Role, diff)
		}
		got, err := entry.DecodeInner([]byte(goldenInner[i] + "   "))
		if err != nil {
			t.Fatalf("%s: %v", w.Role, err)
		}
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s (-want +read):\n%s", w.Role, diff)
		}
		roles = append(roles, w.Role)
	}
	for _, r := range entry.Roles() {
		if !r.Blob() && r != entry.RoleBody && !slices.Contains(roles, r) {
			t.Errorf("no golden %s part", r)
		}
	}
}

var goldenLog = []struct{ header, body string }{
	{`{"v":1,"id":"69913a97e9f931ceb9b11fdfba1532fa","kind":"created","date":"2026-09-06","parts":[{"role":"body","sha256":"e7fbfb6cd098a50f74f5471525b4cf26d4af312766d3bb43d5c77f9e5e7d675a","size":323}]}`,
		`{"at":"2026-09-06T08:00:00Z","origin":"dengwen.example/2f6b","key":"dengwen.example/2f6b+0123abcd+AbC/=","demo":false,"inspection":{"name":"市委第三巡察组","team":"第三组","units":["水务局","城建 <集团> & \"分公司\""],"place":"迎宾馆 3 号楼","phone":"0100-5550100","mailbox":"box@dengwen.example"}}`},
	{`{"v":1,"id":"a8e1776584a85cc42b07c3852ba3991d","kind":"keys","date":"2026-09-06","parts":[{"role":"body","sha256":"758287cd2887f2e9a670f65a31dd498b42e654ee221f4534ba1e19b5010804ae","size":145}]}`,
		`{"at":"2026-09-06T08:00:00Z","generation":1,"team":"age1pq1team1","custodian":"age1pq1cust1","archive":"age1pq1archive","office":"age1pq1office"}`},
	{`{"v":1,"id":"690396b0e760bb1a655c81fe146dd04f","kind":"schedule","date":"2026-09-06","parts":[{"role":"body","sha256":"da9823562c26dc0343fd0c063a31c3c83b28fad9d3158a2f11d9fb35f1444bbb","size":279}]}`,
		`{"at":"2026-09-06T08:00:00Z","schedule":{"timezone":"Asia/Shanghai","first":"2026-09-07","last":"2026-09-18","hours":{"windows":["08:30-18:00"],"weekdays":["mon","tue","wed","thu","fri","sat","sun"]},"channels":[{"channel":"hotline","weekdays":["mon","tue","wed","thu","fri"]}]}}`},
	{`{"v":1,"id":"40093ead2c5f20a05dfd08796e7f24d7","kind":"account","date":"2026-09-06","parts":[{"role":"body","sha256":"20264e2c0e4cfc4b43cab146d3c893c136ea3bd75e2f6bda6b97a94c14ac6202","size":172}]}`,
		`{"at":"2026-09-06T08:00:00Z","account":"ling","roles":["custodian","leader"],"key":"vZPEGOyO5nDckvHWYf+l15rY0pLaQDW8mEL9kzRSrUA=","recipient":"age1pq1ling","removed":false}`},
	{`{"v":1,"id":"2351aa422d6bdddf2c439428b9bdf8de","kind":"account","date":"2026-09-06","parts":[{"role":"body","sha256":"dd6505e12f74a30636b7bc4ef52e28ac92414a8ca01816a99e8fae83ce632418","size":158}],"by":"ling","sig":"AxBfo7in2HseLX1Z+yoeajdVeff7iMqX1h1ZPoRTZLYo9KRs+GG5Bv9j+A/6NpHHmUE+cIoSfAoXhkJ43AkDBg=="}`,
		`{"at":"2026-09-06T08:00:00Z","account":"wei","roles":["member"],"key":"U/j95rnaJPxAye4qgm+7DME5Q02/zV0XLfnhd5rumpg=","recipient":"age1pq1wei","removed":false}`},
	{`{"v":1,"id":"7bc4956fdc9e23e961db83224792c179","kind":"accepted","date":"2026-09-07","channel":"web","parts":[{"role":"report","sha256":"5eb242aeb68552862913d602cff36deb4cafc18a46cfdea393b4bc1c6917a669","size":1002},{"role":"identity","sha256":"0016cf5ed68e5a5349722594ae8f592653c761881562607a2337678a70d22260","size":1002},{"role":"file","sha256":"b6e1288527a6032c0f29c9da2c599202cc250fb404e4783820d4ce0b09459989","size":1002},{"role":"original","sha256":"e6670506c75ce37bd5321e28454d69024c547fa4f435368d758cb55f900a75e1","size":1002}]}`,
		``},
	{`{"v":1,"id":"106c411261819e5a35192eab47324d72","kind":"accepted","date":"2026-09-07","channel":"mail","parts":[{"role":"report","sha256":"25f1c790f16f423d2f942b70378ed075972ab0affbf3f35f12e015c13f29406f","size":1002},{"role":"identity","sha256":"396ee89382efc154e95d7875976cce373a797fe93687ca8a27589116644c4bcd","size":1002},{"role":"file","sha256":"3efda6ee78c31bab6995b1122ec13f6adf73e55fb20b18be11027cba91bcc254","size":1002},{"role":"original","sha256":"c2d6ae581bd7abe7c84817a8aa3d42498a51cfe7c3319c355efd6793f61b3b29","size":1002}]}`,
		``},
	{`{"v":1,"id":"1218017b88f3838d00aac097dcb8ebe8","kind":"read","date":"2026-09-07","ref":"7bc4956fdc9e23e961db83224792c179","parts":[{"role":"note","sha256":"7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451","size":1001}],"by":"wei","sig":"76Z6nJh77OisoeGEWvBH/PxW9epXstQsAaG7rGOEBkwGr2ICsy+w8HPWa2RG8nQTeMBin30V3DKUDwW5Ny3GBw=="}`,
		``},
	{`{"v":1,"id":"d7610a0d3453a114870bffe1b3698348","kind":"noted","date":"2026-09-07","ref":"7bc4956fdc9e23e961db83224792c179","parts":[{"role":"note","sha256":"2c624232cdd221771294dfbb310aca000a0df6ac8b66b696d90ef06fdefb64a3","size":1001}],"by":"wei","sig":"9Igji/gN9bWDCxFwHc3PMafg8sBGm7hLOWwtjwyyHBHPR8c+5wwooSIR/F/4LzAvR/AnZc/ON/bX/+hsmxwTDA=="}`,
		``},
	{`{"v":1,"id":"c3ef3248448be4e6aa3acca1db51b779","kind":"triaged","date":"2026-09-07","ref":"7bc4956fdc9e23e961db83224792c179","parts":[{"role":"note","sha256":"19581e27de7ced00ff1ce50b2047e7a567c76b1cbaebabe5ef03f7c3017bb5b7","size":1001}],"by":"wei","sig":"4nGzJJNtpYH/DDbfmWUipFACV43O7fzSATjony1M2JI5W9alO3BomXopiXu3eabitndK0Dmg2zOnvhE7S9hzBw=="}`,
		``},
	{`{"v":1,"id":"bb61787a0dfba7c43b7397cac63bd8f9","kind":"denied","date":"2026-09-07","ref":"7bc4956fdc9e23e961db83224792c179","parts":[{"role":"note","sha256":"4a44dc15364204a80fe80e9039455cc1608281820fe2b24f1e5233ade6af1dd5","size":1002}],"by":"wei","sig":"DX9Lw8VDGN18Eld5XjrXbXF1NofJ5XiZz+H1RiyVxb0BrxAM6Du2CgP8Evg56DTPxow1Ix1UjULuhcN5JcKoDw=="}`,
		``},
	{`{"v":1,"id":"afea3b48724f6561b66ab11ea8e4cf89","kind":"added","date":"2026-09-07","channel":"web","ref":"7bc4956fdc9e23e961db83224792c179","parts":[{"role":"report","sha256":"4f2ea318c182bb84ebce960feb9bab4b283b3cca19c278b546a2c995970d850a","size":1003},{"role":"identity","sha256":"59db9aafb533427b96d89789885dea4b7067c8f9b3c1f4baf0206423f11ddc26","size":1003}]}`,
		``},
	{`{"v":1,"id":"1e073457ecc052bb527759f80ae0f485","kind":"replied","date":"2026-09-07","ref":"7bc4956fdc9e23e961db83224792c179","parts":[{"role":"reply","sha256":"6b51d431df5d7f141cbececcf79edf3dd861c3b4069f0b11661a3eefacbba918","size":1002}],"by":"wei","sig":"wQiLhDUVsG35A9B2D49lrJMAfjkh54cFDVU0qR1RW+gEIgm73gLDoHGiDXltHseP8wumk3baopEripCzJ2IZAg=="}`,
		``},
	{`{"v":1,"id":"dc0750e69ba6f9b8f885d80348e8f045","kind":"call","date":"2026-09-07","channel":"hotline","parts":[{"role":"call","sha256":"3fdba35f04dc8c462986c992bcf875546257113072a909c162f7e470e581e278","size":1002}]}`,
		``},
	{`{"v":1,"id":"4db3eea6c9f9ed22eafc87a31be12569","kind":"closed-day","date":"2026-09-07","parts":[{"role":"body","sha256":"4b3ea9fd74d281c7f5a9e86a4c4f94e8f726c4197df7c10360ec33a0f6d678b3","size":232}]}`,
		`{"at":"2026-09-07T10:00:00.25Z","day":"2026-09-07","accepted":[{"day":"2026-09-07","channel":"mail","n":1},{"day":"2026-09-07","channel":"web","n":1}],"refused":[{"day":"2026-09-06","channel":"mail","reason":"before-period","n":3}]}`},
	{`{"v":1,"id":"fe504b7987a3fbcf217aab991a8bca5d","kind":"accepted","date":"2026-09-07","channel":"hotline","parts":[{"role":"report","sha256":"50783c4a613d6ebeaa527e5afbe7432dc53763ede397bb9bba5a4e9782b633b4","size":1003},{"role":"identity","sha256":"bb5853ce561874ca6065792937eeb75af9a682aa606ad724ed193e80199fbfa9","size":1003},{"role":"file","sha256":"a2a3d5fe7f8806c9c98f6929d3c301ccaf0891f9a12cf08a435c30193e32104f","size":1003},{"role":"original","sha256":"47e14a8659b67b6ecc88b5f784113b9f3e561d0b0a111cc3b86ae075aba6ac6b","size":1003}]}`,
		``},
	{`{"v":1,"id":"6d955314bd79404c611d8a9441cee04c","kind":"keys","date":"2026-09-08","parts":[{"role":"body","sha256":"14a66b1869acf64fbbf5e190aca694723942f3f5b6ad74537eed1ac02a386b55","size":145}],"by":"ling","sig":"SqLiQkv9vyYjkXwnN7u0ym7v+9hV7fGMsQPpNW26nx8I/6RQu1xhAwu64qeoa+A0SoqShsQMFGL6xJDoHm6AAQ=="}`,
		`{"at":"2026-09-08T01:00:00Z","generation":2,"team":"age1pq1team2","custodian":"age1pq1cust2","archive":"age1pq1archive","office":"age1pq1office"}`},
	{`{"v":1,"id":"4d4f84eb64555c29a358cec03fc291a7","kind":"schedule","date":"2026-09-08","parts":[{"role":"body","sha256":"41cdc2f8d685ae4eb68d546d7d9f7e26ec8c86cdcb340e20e1d19e73e69d4fc1","size":279}]}`,
		`{"at":"2026-09-08T01:00:00Z","schedule":{"timezone":"Asia/Shanghai","first":"2026-09-07","last":"2026-09-16","hours":{"windows":["08:30-18:00"],"weekdays":["mon","tue","wed","thu","fri","sat","sun"]},"channels":[{"channel":"hotline","weekdays":["mon","tue","wed","thu","fri"]}]}}`},
	{`{"v":1,"id":"bab0c4c1dce874d24bd589d618d05c8b","kind":"exported","date":"2026-09-08","parts":[{"role":"body","sha256":"e57b3d149e7267550137940114487935298cf5d3aff7c504992fb10f4fa71b81","size":122}],"by":"ling","sig":"1UAnJMnedBQdIH+il5x7n0WPxVrXgoV9G3l2gQHFYnHqjTE7lALadCNWzJs50bJ10tpC4U0lERYaaDDc3djrBQ=="}`,
		`{"at":"2026-09-08T01:00:00Z","from":0,"size":18,"root":"4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2"}`},
	{`{"v":1,"id":"286cf09a464d3e8ac7f2eeb6da4e3bc5","kind":"erased","date":"2026-09-08","parts":[{"role":"body","sha256":"038e7dc1b81c218b2b82b776620b943b65f64b14df9fc536edee5467d4c84024","size":149}],"by":"ling","sig":"mhqd0VC2YxvScC3taQpt+7LZ+IIjcWGxj6PAbnVAUsHN+RRPE8GLyFfk10HZCYes7vMRYUT3yvdh8H/wsWZJBg=="}`,
		`{"at":"2026-09-08T01:00:00Z","entry":"1e073457ecc052bb527759f80ae0f485","parts":["6b51d431df5d7f141cbececcf79edf3dd861c3b4069f0b11661a3eefacbba918"]}`},
	{`{"v":1,"id":"19af3a0240700848f3e59c1bb7175f55","kind":"account","date":"2026-09-08","parts":[{"role":"body","sha256":"af5e12955b7601fb9ef8af330523f17e3fbc243b15ba23edabf3672c646f2247","size":157}],"by":"ling","sig":"HRAawVTWTbiq/shTA2c7LKw9ufHU3n5y7iSaQRUruU6iDoAcIP0g4tDOnQumUmoFGezedHihYT+FnC/sdqYJAw=="}`,
		`{"at":"2026-09-08T01:00:00Z","account":"wei","roles":["member"],"key":"U/j95rnaJPxAye4qgm+7DME5Q02/zV0XLfnhd5rumpg=","recipient":"age1pq1wei","removed":true}`},
	{`{"v":1,"id":"533fbf8d556a3f190c2816c5f860db9d","kind":"closed-day","date":"2026-09-08","parts":[{"role":"body","sha256":"69157247ded8af37dbb9c791bd18ead7dec5b7c324f4fdcde6fc1be8f43d9f9e","size":121}]}`,
		`{"at":"2026-09-08T10:00:00Z","day":"2026-09-08","accepted":[{"day":"2026-09-07","channel":"hotline","n":1}],"refused":[]}`},
	{`{"v":1,"id":"d2ba96140f09b80c6ed9b563926354b5","kind":"restored","date":"2026-09-10","parts":[{"role":"body","sha256":"9ad76ea219549c0e50ea9a371df4532fdb16d1fe252408a68a2c44cc98218efa","size":218}]}`,
		`{"at":"2026-09-10T02:00:00Z","origin":"dengwen.example/9c01","key":"dengwen.example/9c01+4567ef01+DeF/=","was":"dengwen.example/2f6b","size":22,"root":"0d030ed1c5eae002028b3ab77d79d0f52437495aab58df9373a19732402b0da9"}`},
	{`{"v":1,"id":"a655fdf4a4fc18aea10b1a8a52561e4c","kind":"handover","date":"2026-09-10","ref":"106c411261819e5a35192eab47324d72","parts":[{"role":"note","sha256":"535fa30d7e25dd8a49f1536779734ec8286108d115da5045d77f3b4185d8f790","size":1002}],"by":"ling","sig":"U6gzsAa1gVb4+XLyFayMEWSVLO9nCCQNTIykfY77T8tYRNscrKxAdSYmZpD9fkZ94ZXqcHsSDLYD/CunwRSmDw=="}`,
		``},
	{`{"v":1,"id":"33326c56a00f10dae792f3d267d300a1","kind":"closed","date":"2026-09-10","parts":[{"role":"body","sha256":"87f8c8f22a7e73fcf1e6860a01df6b2edc97f82199ca5eb6a29e82adf2371e4f","size":29}],"by":"ling","sig":"PhnJ6oxyPIFZsDlzBqvXCGq/yVX9HiTON7CAFyTpDE5XL4Me9xqHnPOp16qEGBIoO+yL7HFt6GU7UMhBv2ptCw=="}`,
		`{"at":"2026-09-10T02:00:00Z"}`},
	{`{"v":1,"id":"bf006797102ac0faaa5d34221176d288","kind":"read","date":"2026-09-10","ref":"106c411261819e5a35192eab47324d72","parts":[{"role":"note","sha256":"b7a56873cd771f2c446d369b649430b65a756ba278ff97ec81bb6f55b2e73569","size":1002}],"by":"ling","sig":"gX/I1/2wTdkhBkVmXEVQ8fon8hibW111IW5Z4FhEBQOVVqTulMmECFso/EKqFlRpoZkXZ0qO5culI59HECX9Aw=="}`,
		``},
}

var goldenInner = []string{
	`{"v":1,"origin":"dengwen.example/2f6b","id":"a8e1776584a85cc42b07c3852ba3991d","kind":"accepted","channel":"web","role":"report","parts":[{"role":"identity","sha256":"689f6a627384c7dcb2dcc1487e540223e77bdf9dcd0d8be8a326eda65b0ce9a4"},{"role":"file","sha256":"3b9c358f36f0a31b6ad3e14f309c7cf198ac9246e8316f9ce543d5b19ac02b80"},{"role":"original","sha256":"0682c5f2076f099c34cfdd15a9e063849ed437a49677e6fcc5b4198c76575be5"}],"report":{"arrived":"2026-09-07T00:30:00.12Z","about_team":false,"unit":"水务局","persons":[{"name":"某甲","post":"科长"},{"post":"司机"}],"category":"integrity","subject":"公车","text":"他说：\"<b>&\\ufffd\" \t\r\n\b\f\u0000\u001b` + "\x7f" + ` \u2028\u2029 � é 𠮷🙏","recorder":"值班员","marks":["phone-damaged"],"files":[{"sha256":"3b9c358f36f0a31b6ad3e14f309c7cf198ac9246e8316f9ce543d5b19ac02b80","name":"../照片.jpg","type":"image/jpeg","size":900}],"reply_to":"age1pq1reply"}}`,
	`{"v":1,"origin":"dengwen.example/2f6b","id":"a8e1776584a85cc42b07c3852ba3991d","kind":"accepted","channel":"web","role":"identity","parts":[{"role":"file","sha256":"3b9c358f36f0a31b6ad3e14f309c7cf198ac9246e8316f9ce543d5b19ac02b80"},{"role":"original","sha256":"0682c5f2076f099c34cfdd15a9e063849ed437a49677e6fcc5b4198c76575be5"}],"identity":{"name":"某乙","contact":"box@dengwen.example","phone":"1.38E+10","remark":"女","headers":"From: a\r\n","files":[{"sha256":"0682c5f2076f099c34cfdd15a9e063849ed437a49677e6fcc5b4198c76575be5","name":"照片.jpg","type":"image/jpeg","size":1800}]}}`,
	`{"v":1,"origin":"dengwen.example/2f6b","id":"690396b0e760bb1a655c81fe146dd04f","kind":"triaged","ref":"a8e1776584a85cc42b07c3852ba3991d","role":"note","parts":[],"note":{"at":"2026-09-07T01:00:00Z","state":"accepted","text":"他说：\"<b>&\\ufffd\" \t\r\n\b\f\u0000\u001b` + "\x7f" + ` \u2028\u2029 � é 𠮷🙏"}}`,
	`{"v":1,"origin":"dengwen.example/2f6b","id":"690396b0e760bb1a655c81fe146dd04f","kind":"replied","ref":"a8e1776584a85cc42b07c3852ba3991d","role":"reply","parts":[],"reply":{"at":"2026-09-07T01:00:00Z","text":"已收到"}}`,
	`{"v":1,"origin":"dengwen.example/2f6b","id":"690396b0e760bb1a655c81fe146dd04f","kind":"call","channel":"hotline","role":"call","parts":[],"call":{"at":"2026-09-07T01:00:00Z","caller":"0100-5550199","callee":"0100-5550100","seconds":61,"answered":true}}`,
}
