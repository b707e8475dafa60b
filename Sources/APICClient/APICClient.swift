// APICClient
