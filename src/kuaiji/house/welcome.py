"""What ``make run`` prints once everything answers: where it is, and how to try the exam check and a whole move."""

from collections.abc import Sequence
from pathlib import Path

# Of the known people (kuaiji.demo): who lacks a year of work.
SHORT_NAME, SHORT_NUMBER, PASSWORD = "示例三年", "440000199001011039", "kuaiji-demo-7315"


def words(
    platforms: Sequence[tuple[str, str, str]], *, hub: str, standins: str, home: Path, seconds: str, known: bool
) -> str:
    """The page for ``platforms`` (title, region, address); the exam check where the first has the ``known`` people, the
    move where there are two, and reviews are quick."""
    shown = "\n".join(f"  {title}  {address}/" for title, _, address in platforms)
    places = f"""
{shown}
  短信收件箱 SMS inbox           {platforms[0][2]}/demo/sms/
  证件照回执码 photo receipts    {standins}/photo/
  考试报名核验 exam check        {standins}/exam/
  全国平台 national hub          {hub}/readyz
  管理端 bureau desk            {platforms[0][2]}/staff/
    账号 who signs in           {home}/demo-staff.json
    动态口令 one-time code      .venv/bin/python -c "import pyotp,sys; print(pyotp.TOTP(sys.argv[1]).now())" totp_secret
  数据和日志 data and logs       {home}
  停止 stop                      Ctrl-C
"""
    if known:
        places += _exam(platforms[0][2], f"{standins}/exam/")
    if len(platforms) != 2 or not seconds:
        return places
    (_, here, _), (_, there, address) = platforms
    return places + _move(here.partition("（")[0], there.partition("（")[0], address, seconds)


def _exam(address: str, registration: str) -> str:
    return f"""
  考试报名核验走一遍：采集 → 年限不够 → 补填 → 符合
  The exam check: collected, refused for years, mended, accepted (docs/exam-api.md: Known people)

  1. {address}/ ：“用户注册”，填完八步，“开始从事会计工作时间”填去年1月，提交。
     也可以用已经采集好的示例考生{SHORT_NAME}，证件号码 {SHORT_NUMBER}，密码 {PASSWORD}。
  2. {registration} ：填同样的姓名和证件（或选示例考生{SHORT_NAME}），报中级，“核验报名条件”：工作年限不够。
  3. {address}/changes/employment/ ：登录，“开始从事会计工作时间”改为 2020-01，保存。
  4. 回到核验结果，刷新：“您之前没有通过核验，现在您的信息有了更新。”“再次核验”：符合报名条件。
"""


def _move(here: str, there: str, address: str, seconds: str) -> str:
    return f"""
  五分钟走一遍 {here} → {there} → {here}
  A whole move in five minutes (README: Trying it)

  1. {here}：“用户注册”。姓名任意，居民身份证 440000199003070016，手机号 13800000000，验证码看短信收件箱。
     填完八步（单位输入“示例”再查找，图片用任意 JPG），提交，看到“信息已采集”。
  2. {here}：“跨省调转”→“调出”→“申请调出”。调入地选{there}的一个区，证明用任意 JPG，保存。
     约 {seconds} 秒后刷新页面，状态变为“审核通过”“待调入地接收”。
  3. {there} {address}/ ：“跨省调转”→“省外调入”。同样的姓名、证件、手机号，同一个区，
     填验证码，“验证信息”，设密码，“确认调入”。
     约 {seconds} 秒后刷新页面，“我的”页面显示“待完成采集”：填写新的工作信息，提交。{here}显示“已调出”。
  4. 回来：在{there}“申请调出”到{here}，再在{here}“省外调入”。档案编号还是原来的。
"""
