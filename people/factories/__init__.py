"""What people build on a platform, one factory each: ``UserFactory.create(person=…)``; what is not given is made up."""

from people.factories.applications import ApplicationFactory
from people.factories.records import AttachmentFactory, DraftFactory, RecordFactory
from people.factories.transfers import ReleaseFactory, TransferInFactory, TransferOutFactory
from people.factories.users import UserFactory

__all__ = [
    "ApplicationFactory",
    "AttachmentFactory",
    "DraftFactory",
    "RecordFactory",
    "ReleaseFactory",
    "TransferInFactory",
    "TransferOutFactory",
    "UserFactory",
]
