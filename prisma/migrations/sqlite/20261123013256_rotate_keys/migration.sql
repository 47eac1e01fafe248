-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN "previousSecretExpiresAt" DATETIME;
ALTER TABLE "ApiKey" ADD COLUMN "previousSecretHash" BLOB;

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_previousSecretHash_key" ON "ApiKey"("previousSecretHash");
