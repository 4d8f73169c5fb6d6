export { listMembers, type MemberView } from "@/lib/members/list-members";
