module telamon.test/clients

go 1.23.0

require (
	go.mongodb.org/atlas-sdk/v20231001001 v20231001001.0.0
	go.mongodb.org/atlas-sdk/v20240530005 v20240530005.0.0
	go.mongodb.org/atlas-sdk/v20240805001 v20240805001.0.0
	go.mongodb.org/atlas-sdk/v20250219001 v20250219001.1.0
	go.mongodb.org/atlas-sdk/v20250312006 v20250312006.1.0
	golang.org/x/oauth2 v0.30.0
)

require github.com/mongodb-forks/digest v1.1.0 // indirect
