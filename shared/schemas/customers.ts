import { z } from '../zod.ts'
import { EmailSchema, InvitationLinkSchema, PasswordSchema } from './auth.ts'
import { IdSchema, MAX_INTEGER, MomentSchema, PageQuerySchema, line, pageOf } from './common.ts'

/** Without a password the customer gets an invitation link to set one. */
export const CreateCustomerSchema = z.object({
  name: line(100),
  email: EmailSchema,
  password: PasswordSchema.optional(),
})
export type CreateCustomer = z.infer<typeof CreateCustomerSchema>

export const UpdateCustomerSchema = z.object({
  name: line(100).optional(),
  email: EmailSchema.optional(),
  password: PasswordSchema.optional(),
  isDisabled: z.boolean().optional(),
})
export type UpdateCustomer = z.infer<typeof UpdateCustomerSchema>

/** `stopped` were not sent because the customer is switched off. */
export const CustomerOrdersSchema = z.object({ underWay: z.number().int(), stopped: z.number().int() })
export type CustomerOrders = z.infer<typeof CustomerOrdersSchema>

export const CustomerSchema = z.object({
  id: IdSchema,
  name: z.string(),
  email: z.string(),
  isDisabled: z.boolean(),
  isSample: z.boolean(),
  /** False until the invitation was accepted or an admin set a password. */
  hasPassword: z.boolean(),
  serverCount: z.number().int(),
  virtfusionUserId: z.number().int().nullable(),
  virtfusionExtRelationId: z.number().int(),
  /** The last use of a session that still stands, or the last sign-in. */
  lastSeenAt: MomentSchema.nullable(),
  createdAt: MomentSchema,
  /** Only where one customer is read. */
  orders: CustomerOrdersSchema.optional(),
})
export type Customer = z.infer<typeof CustomerSchema>

/** The answer to a creation: the customer, and once the link to hand over. */
export const CreatedCustomerSchema = CustomerSchema.extend({ invitation: InvitationLinkSchema.nullable() })
export type CreatedCustomer = z.infer<typeof CreatedCustomerSchema>

/** The panel's numbers are whole and fit a column. */
const PanelNumberSchema = z.number().int().min(1).max(MAX_INTEGER)
const RELATION_EXPECTED = 'Enter the whole number that stands with the user in VirtFusion.'

export const PanelUserQuerySchema = z.object({
  extRelationId: z.string().trim().regex(/^[1-9]\d{0,9}$/, RELATION_EXPECTED).transform(Number).refine((value) => PanelNumberSchema.safeParse(value).success, RELATION_EXPECTED),
})

/** More stopped orders than one customer has; whoever has more sees the newest. */
export const STOPPED_ORDERS_LIMIT = 50

/** An order that stopped because its customer had no user at the panel. */
export const StoppedOrderSchema = z.object({
  operationId: IdSchema,
  server: z.object({ id: IdSchema, reference: z.string(), name: z.string() }),
  plan: z.string(),
  createdAt: MomentSchema,
})
export type StoppedOrder = z.infer<typeof StoppedOrderSchema>

/** A user at the panel who may become a customer's own; `refusal` says why not. `orders` are those that may go on with it, newest first. */
export const PanelUserSchema = z.object({
  virtfusionUserId: z.number().int(),
  extRelationId: z.number().int(),
  name: z.string(),
  email: z.string(),
  refusal: z.string().nullable(),
  orders: z.array(StoppedOrderSchema),
})
export type PanelUser = z.infer<typeof PanelUserSchema>

/** `virtfusionUserId` is the user that the admin was shown. Of the stopped orders only those of `operationIds` go on: without it, none. */
export const LinkPanelUserSchema = z.object({
  extRelationId: PanelNumberSchema,
  virtfusionUserId: PanelNumberSchema,
  reason: line(300, 'Say how you know that it is this customer.'),
  operationIds: z.array(IdSchema).max(STOPPED_ORDERS_LIMIT, `At most ${STOPPED_ORDERS_LIMIT} at once.`).default([]),
})
export type LinkPanelUser = z.infer<typeof LinkPanelUserSchema>

/** `virtfusionUserId` is the user that the admin was shown. */
export const UnlinkPanelUserSchema = z.object({
  virtfusionUserId: PanelNumberSchema,
  reason: line(300, 'Say how you know that it is somebody else.'),
})
export type UnlinkPanelUser = z.infer<typeof UnlinkPanelUserSchema>

export const CustomerListSchema = pageOf(CustomerSchema)
export const CustomerQuerySchema = PageQuerySchema.extend({ search: z.string().trim().max(100).optional() })
export type CustomerQuery = z.infer<typeof CustomerQuerySchema>
