// A program with the second generation of the Go driver, and, where ../drivers.ts says otherwise, with the first: see
// ../drivers.test.ts for what it is asked.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func main() {
	ctx := context.Background()
	client, err := mongo.Connect(options.Client().ApplyURI(os.Getenv("TELAMON_URI")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Disconnect(ctx)
	things := client.Database("shop").Collection("things")
	if _, err := things.InsertOne(ctx, bson.M{"driver": "go"}); err != nil {
		log.Fatal(err)
	}
	if n, err := things.CountDocuments(ctx, bson.M{"driver": "go"}); err != nil || n == 0 {
		log.Fatal(n, err)
	}
	var status struct {
		AuthInfo struct {
			AuthenticatedUsers []struct{ User string }
		} `bson:"authInfo"`
	}
	if err := client.Database("admin").RunCommand(ctx, bson.M{"connectionStatus": 1}).Decode(&status); err != nil {
		log.Fatal(err)
	}
	fmt.Println("in as", status.AuthInfo.AuthenticatedUsers[0].User)
	if !bufio.NewScanner(os.Stdin).Scan() {
		log.Fatal("nothing more was asked")
	}
	_, err = things.InsertOne(ctx, bson.M{"driver": "go"})
	fmt.Println("then:", err)
}
