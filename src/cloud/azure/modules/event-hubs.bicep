// The topic. Standard is the least tier that speaks Kafka.
import { principal, roles } from 'roles.bicep'

param namespaceName string
param location string
param tags object
param keysRefused bool
param partitions int
param retentionHours int
param maximumUnits int
param senders principal[]
param receivers principal[]

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: namespaceName
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Standard'
    capacity: 1
  }
  properties: {
    disableLocalAuth: keysRefused
    isAutoInflateEnabled: maximumUnits > 1
    maximumThroughputUnits: maximumUnits > 1 ? maximumUnits : 0
    kafkaEnabled: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

// Trades of a symbol stay in one of the partitions, in their order. The number can not be raised later.
resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: 'crypto-stream'
  properties: {
    partitionCount: partitions
    retentionDescription: {
      cleanupPolicy: 'Delete'
      retentionTimeInHours: retentionHours
    }
  }
}

// For readers by AMQP, such as the portal's Data Explorer; readers by Kafka bring groups of their own.
resource readers 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = {
  parent: hub
  name: 'databricks'
  properties: {}
}

resource send 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for sender in senders: {
    scope: hub
    name: guid(hub.id, sender.id, roles.eventHubsDataSender)
    properties: {
      principalId: sender.id
      principalType: sender.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataSender)
    }
  }
]

resource receive 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for receiver in receivers: {
    scope: hub
    name: guid(hub.id, receiver.id, roles.eventHubsDataReceiver)
    properties: {
      principalId: receiver.id
      principalType: receiver.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataReceiver)
    }
  }
]

output namespaceName string = namespace.name
// Of https://NAME.servicebus.windows.net:443/ the host, whose end is another in other clouds.
output host string = split(split(namespace.properties.serviceBusEndpoint, '/')[2], ':')[0]
