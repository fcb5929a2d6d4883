package hotline

import "strings"

// synonyms are the heads that offices give their columns, best first: where a
// ledger has several columns of one field, the first listed here is the
// field, and the others are kept with the remark. They are those of call
// registers, registers of letters and visits, work orders of 12345, and message
// boards. Heads are compared after normalHead. A head that could mean the
// caller as well as the person reported (当事人, 反映人员, 举报单位) is not
// listed at all, for a caller's name must not reach the team by mistake.
var synonyms = map[Field][]string{
	ID: words(`序号 编号 登记号 登记编号 登记序号 流水号 工单号 工单编号 来电编号 受理编号 受理号 受理单号 举报编号 信访编号 信访件编号 诉求编号 留言编号 线索编号
		序 no no. id #`),
	// The call's start decides, so names of the call come before names of the
	// paperwork.
	Time: words(`来电时间 来电日期时间 来电日期及时间 来电日期和时间 来电日期/时间 来话时间 致电时间 拨打时间 通话开始时间 通话起始时间 通话时间 呼叫开始时间 呼叫时间 开始时间
		呼入时间 接听时间 接电时间 接电话时间 接话时间 留言时间 反映时间 举报时间 投诉时间 诉求时间 信访时间 来访时间 受理时间 接收时间 收到时间 提交时间 时间 日期时间 日期及时间 日期和时间
		日期/时间 登记时间 记录时间 录入时间 创建时间 工单创建时间 calltime starttime datetime time`),
	Date: words(`来电日期 来话日期 通话日期 呼入日期 接听日期 接电日期 留言日期 受理日期 反映日期 举报日期 信访日期 来访日期 日期 登记日期 记录日期 date`),
	Caller: words(`来电人 来电人姓名 来电人(姓名) 来电者 来电者姓名 来电人员 来电群众 来电市民 反映人 反映人姓名 反映人(姓名) 举报人 举报人姓名 举报人(姓名) 检举人 检举人姓名 控告人 控告人姓名
		检举控告人 检举控告人姓名 留言人 留言人姓名 留言者 投诉人 投诉人姓名 信访人 信访人姓名 来访人 来访人姓名 诉求人 诉求人姓名 市民姓名 群众姓名 联系人 联系人姓名 姓名 caller callername name`),
	Phone: words(`来电号码 来电电话 来电电话号码 来电显示 来电人电话 来电人号码 来电人手机 来电人手机号 来电人联系方式 来电人联系电话 主叫号码 主叫电话 呼入号码 反映人电话 反映人手机号 反映人联系方式
		反映人联系电话 举报人电话 举报人手机号 举报人联系方式 举报人联系电话 检举人电话 检举人联系方式 检举控告人电话 检举控告人联系方式 投诉人电话 投诉人联系方式 投诉人联系电话 信访人电话 信访人联系方式
		信访人联系电话 来访人电话 来访人联系方式 诉求人电话 诉求人联系方式 诉求人联系电话 留言人电话 留言人手机号 留言人联系方式 留言人联系电话 市民电话 联系人电话 联系人手机号 联系人联系方式 联系人联系电话
		联系电话 联系手机 联系号码 联系方式 电话号码 手机号码 手机号 手机 电话 号码 phone phonenumber mobile tel telephone`),
	Person: words(`被反映人 被反映人姓名 被反映人(姓名) 被反映人员 反映对象 反映对象姓名 被反映对象 被反映干部 被举报人 被举报人姓名 被举报人员 被举报对象 举报对象 举报对象姓名 被检举人 被检举人姓名 被控告人
		被控告人姓名 被检举控告人 被检举控告人姓名 被投诉人 被投诉人姓名 被投诉对象 投诉对象 涉及人员 涉及人 涉事人员 涉事人 涉案人员 问题对象 person`),
	Unit: words(`被反映人单位 被反映人所在单位 被反映人工作单位 被反映人单位及职务 被反映人单位职务 被反映人工作单位及职务 被反映单位 被反映单位名称 反映对象单位 反映对象所在单位 反映单位 涉及单位 问题涉及单位
		涉事单位 被举报人单位 被举报人所在单位 被举报人工作单位 被举报人单位及职务 被举报单位 被检举人单位 被控告人单位 被检举控告人单位 被投诉人单位 被投诉单位 所在单位 工作单位 单位 单位名称
		单位及职务 单位职务 工作单位及职务 unit department`),
	Post: words(`职务 被反映人职务 被反映人职务职级 被反映人职级 反映对象职务 被举报人职务 被举报人职务职级 被检举人职务 被控告人职务 被检举控告人职务 现任职务 职务职级 职务/职级 职务级别 职位 岗位 post position`),
	Subject: words(`主题 标题 事由 来电主题 来电事由 举报标题 举报主题 信访标题 信访事由 诉求标题 诉求主题 留言标题 留言主题 工单标题 工单主题 问题标题 问题摘要 问题概要 反映问题摘要 内容摘要 摘要 概要
		subject title`),
	Text: words(`反映问题 反映的问题 反映主要问题 反映的主要问题 反映问题内容 反映问题详情 反映问题描述 反映问题情况 反映问题及诉求 反映内容 反映主要内容 反映情况 反映事项 来电反映问题 来电反映内容 来电反映情况
		来电反映事项 问题内容 问题详情 问题情况 问题线索 问题及诉求 举报内容 举报问题 举报事项 举报详情 检举内容 控告内容 检举控告内容 信访内容 信访事项 信访问题 信访诉求 来电内容 来电诉求 来电事项 来电问题
		来电情况 留言内容 留言详情 留言正文 留言问题 诉求内容 诉求详情 诉求描述 诉求事项 主要诉求 诉求 工单内容 工单描述 通话内容 电话内容 接听内容 记录内容 投诉内容 投诉问题 投诉事项 投诉详情 主要内容
		主要问题 主要情况 详细内容 详细情况 具体内容 具体情况 内容 问题描述 情况描述 具体问题 线索内容 线索描述 问题 详情 text content details`),
	Note: words(`备注 备注说明 备注信息 备注内容 说明 其他说明 补充说明 remark remarks note notes comment comments`),
	Recorder: words(`记录人 记录人员 记录员 值班员 值班人员 值班人 值守人员 值守人 当班人员 当班人 接听人 接听人员 接听员 接电人 接电话人 接话人 接话员 接线员 接线人 接线人员 话务员 话务员工号 坐席 坐席员
		坐席工号 座席 座席员 座席工号 接访人 接访人员 接待人 接待人员 受理人 受理人员 受理员 登记人 登记人员 登记员 录入人 录入人员 录入员 填表人 填写人 recorder operator agent`),
	Category: words(`问题类别 问题类型 问题分类 反映问题类别 反映问题类型 举报类别 举报类型 信访类别 信访类型 投诉类别 投诉类型 诉求类别 诉求类型 诉求分类 留言类别 留言类型 违纪类型 违纪类别 违纪问题类型 问题性质
		类别 category`),
}

func words(list string) []string { return strings.Fields(list) }

// headWords tells the field and the rank of every synonym.
var headWords = func() map[string]headWord {
	words := make(map[string]headWord)
	for f, names := range synonyms {
		for rank, name := range names {
			words[name] = headWord{f, rank}
		}
	}
	return words
}()

type headWord struct {
	field Field
	rank  int
}

// totals are the words that begin a row of sums.
var totals = set("合计", "小计", "总计", "共计", "累计", "总数", "本页合计", "本页小计", "本日合计", "本日小计", "当日合计", "当日小计", "本周合计", "本月合计",
	"total", "subtotal", "sum")
