"""A program with PyMongo: see ../drivers.test.ts for what it is asked."""

import os
import sys

from pymongo import MongoClient
from pymongo.errors import PyMongoError

with MongoClient(os.environ["TELAMON_URI"]) as client:
    things = client.shop.things
    things.insert_one({"driver": "python"})
    assert things.count_documents({"driver": "python"}) > 0
    [user] = client.admin.command("connectionStatus")["authInfo"]["authenticatedUsers"]
    print("in as", user["user"], flush=True)
    assert sys.stdin.readline(), "nothing more was asked"
    try:
        things.insert_one({"driver": "python"})
        print("then: nothing")
    except PyMongoError as error:
        print("then:", error)
