package zz
import ("testing";"bytes";"fmt";"runtime";"time";"encoding/xml";"io"
"github.com/xuri/excelize/v2")
func build(n int, shared bool) []byte {
 f:=excelize.NewFile()
 if shared { for i:=1;i<=n;i++{ for c,v:=range row(i){ cn,_:=excelize.CoordinatesToCellName(c+1,i); f.SetCellValue("Sheet1",cn,v)} } } else {
 w,_:=f.NewStreamWriter("Sheet1")
 for i:=1;i<=n;i++{ w.SetRow(fmt.Sprintf("A%d",i), row(i)) }
 w.Flush() }
 var b bytes.Buffer; f.Write(&b); return b.Bytes()
}
func row(i int) []any { return []any{i, 46272.354166666664+float64(i)/86400, "匿名", fmt.Sprint(13800000000+i), "刘某","市交通运输局","科长",fmt.Sprintf("反映其违规收受工程承包商礼金，第%d次，数额较大请核实。",i),"值班员甲",""} }
func TestX(t *testing.T){
 for _,sh:=range []bool{false,true}{
 b:=build(100000,sh); t.Log(len(b))
 var m0,m1 runtime.MemStats; runtime.GC(); runtime.ReadMemStats(&m0)
 t0:=time.Now()
 f,err:=excelize.OpenReader(bytes.NewReader(b), excelize.Options{RawCellValue:true,UnzipSizeLimit:512<<20,UnzipXMLSizeLimit:512<<20,TmpDir:"\x00"})
 if err!=nil{t.Fatal(err)}
 t1:=time.Now()
 r,_:=f.Rows("Sheet1"); n:=0
 for r.Next(){ c,err:=r.Columns(); if err!=nil{t.Fatal(err)}; n+=len(c)}
 t2:=time.Now(); runtime.ReadMemStats(&m1)
 x,_:=f.Pkg.Load("xl/worksheets/sheet1.xml")
 xb:=x.([]byte)
 d:=xml.NewDecoder(bytes.NewReader(xb)); for { _,err:=d.Token(); if err==io.EOF{break}; if err!=nil{t.Fatal(err)}}
 t3:=time.Now()
 d=xml.NewDecoder(bytes.NewReader(xb)); for { _,err:=d.RawToken(); if err==io.EOF{break}; if err!=nil{t.Fatal(err)}}
 t4:=time.Now()
 t.Log(sh,n,len(xb),"open",t1.Sub(t0),"rows",t2.Sub(t1),"token",t3.Sub(t2),"raw",t4.Sub(t3),"sys",m1.Sys>>20,"total",(m1.TotalAlloc-m0.TotalAlloc)>>20)
 }
}
