"""The posts that take part in the procedure, and what the step of each does in the route (§3.4)."""

from regulation.records import AuthorityKind, PostRecord, Text

_PRESENTS = Text("拟办", "Presents")
_RE_CHECKS = Text("复核", "Re-checks")
_DECIDES = Text("审定", "Decides")
_COORDINATES = Text("协调把关", "Coordinates")

_EVERYWHERE = tuple(AuthorityKind)
_DISTRICT = (AuthorityKind.DISTRICT,)
_DEPARTMENT = (AuthorityKind.DEPARTMENT,)

_ALL = (
    PostRecord("officer", Text("经办人", "Officer"), article="§3.1", of_every_unit=True, kinds=_EVERYWHERE),
    PostRecord(
        "unit_head", Text("单位主要负责人", "Head of unit"), article="§4.3", of_every_unit=True, kinds=_EVERYWHERE
    ),
    PostRecord("general_office", Text("办公厅", "General Office"), _PRESENTS, "§3.3", kinds=_EVERYWHERE),
    PostRecord("legal", Text("法制办", "Legal affairs office"), article="§3.3", kinds=_EVERYWHERE),
    PostRecord(
        "deputy_secretary_general", Text("分管副秘书长", "Deputy secretary-general in charge"), _RE_CHECKS, "§3.4"
    ),
    PostRecord("secretary_general", Text("秘书长", "Secretary-general"), _RE_CHECKS, "§3.4"),
    PostRecord("vice_mayor", Text("分管副市长", "Vice mayor in charge"), _DECIDES, "§3.4"),
    PostRecord("executive_vice_mayor", Text("常务副市长", "Executive vice mayor"), _COORDINATES, "§3.4"),
    PostRecord("mayor", Text("市长", "Mayor"), _DECIDES, "§3.4"),
    PostRecord("secretariat", Text("秘书处", "Secretariat"), article="§3.5", kinds=_EVERYWHERE),
    PostRecord("inspector", Text("督查室", "Supervision office"), article="§4.2", kinds=_EVERYWHERE),
    # Those who sign in their own name apply the rules by reference (§2, last paragraph): their own posts take the part
    # of the municipal ones. Reading `own_name_by_reference`.
    PostRecord("office_director", Text("办公室主任", "Director of the office"), _RE_CHECKS, "§2", kinds=_DISTRICT),
    PostRecord(
        "deputy_district_head", Text("分管副区长", "Deputy district head in charge"), _DECIDES, "§2", kinds=_DISTRICT
    ),
    PostRecord(
        "executive_deputy_district_head",
        Text("常务副区长", "Executive deputy district head"),
        _COORDINATES,
        "§2",
        kinds=_DISTRICT,
    ),
    PostRecord("district_head", Text("区长", "District head"), _DECIDES, "§2", kinds=_DISTRICT),
    PostRecord(
        "deputy_department_head",
        Text("分管负责人", "Deputy head in charge"),
        _RE_CHECKS,
        "§2",
        kinds=_DEPARTMENT,
    ),
    PostRecord("department_head", Text("部门主要负责人", "Head of the department"), _DECIDES, "§2", kinds=_DEPARTMENT),
    PostRecord("administrator", Text("业务管理员", "Business administrator")),
    PostRecord("system_admin", Text("系统管理员", "System administrator")),
    PostRecord("security_admin", Text("安全管理员", "Security administrator")),
    PostRecord("audit_admin", Text("审计管理员", "Audit administrator")),
)

POSTS: dict[str, PostRecord] = {post.code: post for post in _ALL}
