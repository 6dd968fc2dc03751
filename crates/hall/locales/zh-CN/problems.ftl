# 拒绝的原因：每个代码三句话——怎么了、为什么、现在怎么办

problem-case = 如需咨询，请报编号
problem-why = 为什么
problem-now = 现在怎么办
problem-code = 代码

problem-general-title = 这件事现在办不了
problem-general-detail = 系统按规定没有受理这次操作，您的数据没有改变。
problem-general-way-out = 请返回上一页核对后再试；仍不行的，请拨打 12333。
problem-internal-title = 系统出错了
problem-internal-detail = 是我们的问题，不是您的。没有办完的操作不会留下半截。
problem-internal-way-out = 请稍后再试；如果刚付了款，不要重复付，先查看缴费记录。
problem-not-found-title = 没有这个页面
problem-not-found-detail = 网址可能抄错了，或者这里的内容不属于您。
problem-not-found-way-out = 请从首页重新进入。
problem-method-not-allowed-title = 不能这样打开
problem-method-not-allowed-detail = 这个网址要从页面上的按钮进入。
problem-method-not-allowed-way-out = 请从首页重新进入。
problem-foreign-form-title = 表单来自别的网站
problem-foreign-form-detail = 为了保护您，别的网站不能代您提交。
problem-foreign-form-way-out = 请直接打开本网站，重新填写。
problem-too-large-title = 提交的内容太大
problem-too-large-detail = 这里只收普通表单，不收大文件。
problem-too-large-way-out = 请减少内容后再试。
problem-too-slow-title = 等得太久了
problem-too-slow-detail = 系统现在很忙，没有在时限内办完。
problem-too-slow-way-out = 请稍后再试；如果刚付了款，不要重复付，先查看缴费记录。
problem-unreadable-title = 提交的内容读不懂
problem-unreadable-detail = 缺少内容，或者格式不对。
problem-unreadable-way-out = 请返回上一页，重新填写。
problem-unknown-area-title = 没有这个地区的规定
problem-unknown-area-detail = 目前只载有河北省和邯郸市的参数。
problem-unknown-area-way-out = 请重新选择参保地。
problem-not-signed-in-title = 请先登录
problem-not-signed-in-detail = 这里的内容只给本人看，登录后才能打开。登录可能已经超时。
problem-not-signed-in-way-out = 请登录后再试。
