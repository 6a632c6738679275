using 'main.bicep'

var alertEmail = readEnvironmentVariable('CANDLEBOOK_ALERT_EMAIL')

param environment = 'prod'
param resourceGroupName = 'crypto-analytics-rg'
param eventHubNamespaceName = 'crypto-data-hub'
param databricksWorkspaceName = 'crypto-analytics-workspace'
param operatorsGroupId = readEnvironmentVariable('CANDLEBOOK_OPERATORS', '')
param alertEmails = [alertEmail]
param monthlyBudget = 1500
