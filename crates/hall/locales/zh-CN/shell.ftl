# 页面外框：页眉、页脚、切换、通用词

product = 至简
skip = 跳到主要内容
home = 首页
nav-display = 语言、显示与登录
nav-crumbs = 所在位置
switch-lang = English
switch-senior = 长辈版
switch-standard = 标准版
sign-in = 登录
demo-note = 演示系统：人物和金额都是虚构的，不会真的扣款。
foot-agency = 邯郸市社会保险经办机构（演示）
foot-hotline = 服务热线 12333
foot-rules = 政策参数
foot-privacy = 隐私说明
foot-accessibility = 无障碍声明
back-home = 回到首页
separator = ，

# 表单
errors-title = 有内容需要改正
error-title = 出错：{ $title }
mistake-money = 请填写金额，只写数字，最多两位小数，例如 3000 或 3000.50
mistake-month = 请填写年月，例如 2026-07
mistake-date = 请填写日期，例如 2026-07-01
mistake-percent = 请填写百分数，只写数字，例如 60
mistake-between = 请填写 { $low } 到 { $high } 之间的数
mistake-not-negative = 请填写零或更大的金额
mistake-too-large = 这个金额太大，无法计算
mistake-not-in-force = “{ $parameter }”在 { $day } 没有可用的数值，请换一个月份，或到政策参数页查看从何时起有数值
mistake-not-offered = 这个月份没有这一档，请从下面的档次中选
mistake-before-rates = 这一天早于现有的滞纳金规定，请填写较晚的日期

# 算法说明
working-summary = 这个数是怎么算出来的
working-between = { $amount }，不低于下限 { $floor }，不高于上限 { $ceiling }
working-at-most = { $amount }，不超过本金 { $cap }
working-days = { $count } 天
rounding-fen = 四舍五入到分
rounding-yuan = 四舍五入到元
rounding-jiao = 见分进角
rounding-down = 不足一分的舍去
status-confirmed = 已核原文
status-recalled = 待核原文
status-uncertain = 待经办机构确认
same-question = 这次测算的链接

# 险种
name-pension = 养老保险
name-medical = 医疗保险
name-unemployment = 失业保险
name-injury = 工伤保险
name-maternity = 生育保险
name-housing = 住房公积金
name-left = 到手工资

# 地区
area-130400 = 邯郸市
area-130000 = 河北省其他地方
