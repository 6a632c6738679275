using 'main.bicep'

var alertEmail = readEnvironmentVariable('CANDLEBOOK_ALERT_EMAIL')

param environment = 'dev'
param resourceGroupName = 'crypto-analytics-dev-rg'
param eventHubNamespaceName = 'crypto-data-hub-dev'
param databricksWorkspaceName = 'crypto-analytics-workspace-dev'
param operatorsGroupId = readEnvironmentVariable('CANDLEBOOK_OPERATORS', '')
param alertEmails = [alertEmail]
param monthlyBudget = 150
