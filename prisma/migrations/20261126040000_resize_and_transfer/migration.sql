-- AlterEnum
ALTER TYPE "OperationKind" ADD VALUE 'resize';
ALTER TYPE "OperationKind" ADD VALUE 'transfer';
