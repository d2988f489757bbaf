"""The calls there are: who may make them, how, and what does them. Chapters of the facts, in their order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from tests.fakes.wecom.api import (
    broadcast,
    external,
    groupchat,
    kf,
    kf_accounts,
    media,
    message,
    msgaudit,
    people,
    tag,
    transfer,
    way,
)
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.corp import Family
from tests.fakes.wecom.errors import Json


@dataclass(frozen=True)
class Method:
    """`family`: None for what every secret may call. `upload`: takes a multipart body instead of JSON."""

    run: Callable[[Call], Json | Response]
    verb: Literal["GET", "POST"]
    family: Family | None
    upload: bool = False


METHODS: dict[str, Method] = {
    "message/send": Method(message.send, "POST", "message"),
    "message/recall": Method(message.recall, "POST", "message"),
    "message/update_template_card": Method(message.update_card, "POST", "message"),
    "media/upload": Method(media.upload, "POST", "media", upload=True),
    "media/uploadimg": Method(media.upload_image, "POST", "media", upload=True),
    "media/get": Method(media.get, "GET", "media"),
    "menu/create": Method(people.create_menu, "POST", "message"),
    "menu/get": Method(people.get_menu, "GET", "message"),
    "menu/delete": Method(people.delete_menu, "GET", "message"),
    "agent/get": Method(people.agent, "GET", "message"),
    "getcallbackip": Method(people.addresses, "GET", None),
    "get_api_domain_ip": Method(people.addresses, "GET", None),
    "auth/getuserinfo": Method(people.identify, "GET", "people"),
    "user/get": Method(people.get, "GET", "people"),
    "user/simplelist": Method(people.brief_listing, "GET", "people"),
    "user/list": Method(people.listing, "GET", "people"),
    "user/list_id": Method(people.ids, "POST", "people"),
    "department/list": Method(people.departments, "GET", "people"),
    "department/simplelist": Method(people.brief_departments, "GET", "people"),
    "department/get": Method(people.department, "GET", "people"),
    "externalcontact/get_follow_user_list": Method(external.follow_users, "GET", "contact"),
    "externalcontact/list": Method(external.listing, "GET", "contact"),
    "externalcontact/get": Method(external.get, "GET", "contact"),
    "externalcontact/batch/get_by_user": Method(external.batch_get, "POST", "contact"),
    "externalcontact/remark": Method(external.remark, "POST", "contact"),
    "externalcontact/mark_tag": Method(external.mark_tag, "POST", "contact"),
    "externalcontact/send_welcome_msg": Method(external.send_welcome, "POST", "contact"),
    "externalcontact/close_temp_chat": Method(external.close_temp_chat, "POST", "contact"),
    "externalcontact/get_corp_tag_list": Method(tag.listing, "POST", "contact"),
    "externalcontact/add_corp_tag": Method(tag.add, "POST", "contact"),
    "externalcontact/edit_corp_tag": Method(tag.edit, "POST", "contact"),
    "externalcontact/del_corp_tag": Method(tag.delete, "POST", "contact"),
    "externalcontact/get_strategy_tag_list": Method(tag.listing_strategy, "POST", "contact"),
    "externalcontact/add_strategy_tag": Method(tag.add_strategy, "POST", "contact"),
    "externalcontact/edit_strategy_tag": Method(tag.edit_strategy, "POST", "contact"),
    "externalcontact/del_strategy_tag": Method(tag.delete_strategy, "POST", "contact"),
    "externalcontact/add_contact_way": Method(way.add_contact, "POST", "contact"),
    "externalcontact/get_contact_way": Method(way.get_contact, "POST", "contact"),
    "externalcontact/list_contact_way": Method(way.list_contact, "POST", "contact"),
    "externalcontact/update_contact_way": Method(way.update_contact, "POST", "contact"),
    "externalcontact/del_contact_way": Method(way.delete_contact, "POST", "contact"),
    "externalcontact/groupchat/list": Method(groupchat.listing, "POST", "contact"),
    "externalcontact/groupchat/get": Method(groupchat.get, "POST", "contact"),
    "externalcontact/opengid_to_chatid": Method(groupchat.from_opengid, "POST", "contact"),
    "externalcontact/groupchat/add_join_way": Method(way.add_join, "POST", "contact"),
    "externalcontact/groupchat/get_join_way": Method(way.get_join, "POST", "contact"),
    "externalcontact/groupchat/update_join_way": Method(way.update_join, "POST", "contact"),
    "externalcontact/groupchat/del_join_way": Method(way.delete_join, "POST", "contact"),
    "externalcontact/add_msg_template": Method(broadcast.create, "POST", "contact"),
    "externalcontact/get_groupmsg_list_v2": Method(broadcast.listing, "POST", "contact"),
    "externalcontact/get_groupmsg_task": Method(broadcast.tasks, "POST", "contact"),
    "externalcontact/get_groupmsg_send_result": Method(broadcast.results, "POST", "contact"),
    "externalcontact/remind_groupmsg_send": Method(broadcast.remind, "POST", "contact"),
    "externalcontact/cancel_groupmsg_send": Method(broadcast.cancel, "POST", "contact"),
    "externalcontact/transfer_customer": Method(transfer.start, "POST", "contact"),
    "externalcontact/transfer_result": Method(transfer.result, "POST", "contact"),
    "externalcontact/resigned/transfer_customer": Method(transfer.start_resigned, "POST", "contact"),
    "externalcontact/resigned/transfer_result": Method(transfer.result_resigned, "POST", "contact"),
    "externalcontact/get_unassigned_list": Method(transfer.unassigned, "POST", "contact"),
    "externalcontact/groupchat/transfer": Method(transfer.move_groups, "POST", "contact"),
    "externalcontact/groupchat/onjob_transfer": Method(transfer.move_groups_onjob, "POST", "contact"),
    "kf/sync_msg": Method(kf.sync, "POST", "kf"),
    "kf/send_msg": Method(kf.send, "POST", "kf"),
    "kf/send_msg_on_event": Method(kf.send_on_event, "POST", "kf"),
    "kf/service_state/get": Method(kf.get_state, "POST", "kf"),
    "kf/service_state/trans": Method(kf.change_state, "POST", "kf"),
    "kf/account/add": Method(kf_accounts.add, "POST", "kf"),
    "kf/account/update": Method(kf_accounts.update, "POST", "kf"),
    "kf/account/del": Method(kf_accounts.delete, "POST", "kf"),
    "kf/account/list": Method(kf_accounts.listing, "POST", "kf"),
    "kf/add_contact_way": Method(kf_accounts.contact_way, "POST", "kf"),
    "kf/servicer/add": Method(kf_accounts.add_servicers, "POST", "kf"),
    "kf/servicer/del": Method(kf_accounts.remove_servicers, "POST", "kf"),
    "kf/servicer/list": Method(kf_accounts.servicers, "GET", "kf"),
    "kf/customer/batchget": Method(kf_accounts.customers, "POST", "kf"),
    "msgaudit/get_permit_user_list": Method(msgaudit.permitted, "POST", "archive"),
    "msgaudit/check_single_agree": Method(msgaudit.agreed, "POST", "archive"),
    "msgaudit/check_room_agree": Method(msgaudit.agreed_in_room, "POST", "archive"),
    "msgaudit/groupchat/get": Method(msgaudit.room, "POST", "archive"),
    "msgaudit/get_robot_info": Method(msgaudit.robot, "GET", "archive"),
}
